-- the territory that each account was given outside the rules, by day; null where it was given none
with

candidates as (

    select * from {{ ref("int_territory_direct") }}

),

keys as (

    select distinct
        account_id,
        territory_type
    from candidates

),

timeline as (

    {{ territory_timeline("keys", "candidates", "account_id") }}
)

select * from timeline

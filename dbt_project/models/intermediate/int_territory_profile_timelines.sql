-- which rule each profile falls under, by day and kind of territory
with

profiles as (

    select distinct profile_id from {{ ref("int_territory_profiled") }}

),

types as (

    select * from {{ ref("int_territory_types") }}

),

keys as (

    select
        profiles.profile_id,
        types.territory_type
    from profiles
    cross join types

),

profile_rules as (

    select * from {{ ref("int_territory_profile_rules") }}

),

rules as (

    select * from {{ ref("int_territory_rules") }}

),

candidates as (

    select
        profile_rules.profile_id,
        rules.territory_type,
        rules.territory,
        rules.rule_id,
        rules.cause_rank,
        rules.priority,
        rules.valid_from_date,
        rules.valid_to_date
    from profile_rules
    inner join rules
        on profile_rules.rule_id = rules.rule_id

),

timeline as (

    {{ territory_timeline("keys", "candidates", "profile_id") }}
)

select * from timeline

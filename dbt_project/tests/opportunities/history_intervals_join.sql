-- an opportunity's intervals have a length, join without gap or overlap, and the last one is open
with

intervals as (

    select
        opportunity_id,
        valid_from_at,
        valid_to_at,
        lead(valid_from_at) over (partition by opportunity_id order by valid_from_at) as next_valid_from_at
    from {{ ref("fct_opportunity_history") }}

)

select * from intervals
where
    valid_to_at <= valid_from_at
    or (valid_to_at is null and next_valid_from_at is not null)
    or (valid_to_at is not null and (next_valid_from_at is null or next_valid_from_at != valid_to_at))

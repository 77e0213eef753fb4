-- when each opportunity began, and when it was closed as far as its first content says so
with

observations as (

    select * from {{ ref("int_opportunity_observations") }}

),

present as (

    select
        *,
        row_number() over (partition by opportunity_id order by observation_number) as first_rank,
        row_number() over (partition by opportunity_id order by observation_number desc) as last_rank
    from observations
    where is_present

),

firsts as (

    select
        opportunity_id,
        source,
        observed_at,
        first_known_at,
        stage,
        close_date,
        closed_at,
        is_closed_date_only
    from present
    where first_rank = 1

),

lasts as (

    select
        opportunity_id,
        created_at,
        is_created_date_only
    from present
    where last_rank = 1

)

select
    firsts.opportunity_id,
    firsts.source,
    firsts.stage as first_stage,
    lasts.created_at is null as is_undated,
    coalesce(lasts.is_created_date_only, false) as is_created_date_only,
    firsts.closed_at is null and firsts.close_date is null as is_close_undated,
    firsts.closed_at is null or coalesce(firsts.is_closed_date_only, false) as is_close_date_only,
    coalesce(lasts.created_at, firsts.observed_at) as created_at,
    firsts.observed_at as first_observed_at,
    -- a close that is dated by a day alone falls on the creation at the earliest when that is the same day
    least(
        case
            when
                firsts.close_date = {{ local_date("lasts.created_at") }}
                and (firsts.closed_at is null or firsts.is_closed_date_only)
                then lasts.created_at
            else coalesce(firsts.closed_at, {{ local_midnight("firsts.close_date") }}, firsts.observed_at)
        end,
        firsts.observed_at
    ) as closed_at,
    firsts.first_known_at
from firsts
inner join lasts
    on firsts.opportunity_id = lasts.opportunity_id

-- the days on which each opportunity had an activity, each with the next such day; its creation counts as one day where no
-- activity came before it
with

activities as (

    select distinct
        opportunity_id,
        {{ local_date("occurred_at") }} as touched_date
    from {{ ref("fct_activities") }}
    where opportunity_id is not null and occurred_at < {{ as_of_end() }}

),

opportunities as (

    select
        opportunity_id,
        created_date
    from {{ ref("fct_opportunities") }}

),

firsts as (

    select
        opportunity_id,
        min(touched_date) as first_touched_date
    from activities
    group by opportunity_id

),

days as (

    select
        opportunity_id,
        touched_date,
        true as is_activity
    from activities

    union all

    select
        opportunities.opportunity_id,
        opportunities.created_date as touched_date,
        false as is_activity
    from opportunities
    left join firsts
        on opportunities.opportunity_id = firsts.opportunity_id
    where
        opportunities.created_date is not null
        and (firsts.first_touched_date is null or firsts.first_touched_date > opportunities.created_date)

)

select
    opportunity_id,
    is_activity,
    touched_date,
    lead(touched_date, 1, date '9999-12-31') over (
        partition by opportunity_id order by touched_date
    ) as next_touched_date
from days

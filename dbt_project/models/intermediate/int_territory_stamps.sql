-- the territory at each of those moments, by the rules valid on that day and recorded by its end
with

moments as (

    select * from {{ ref("int_territory_moments") }}

),

profile_rules as (

    select * from {{ ref("int_territory_profile_rules") }}

),

rules as (

    select * from {{ ref("stg_config__territory_rules") }}
    where territory_type = 'geo'

),

direct as (

    select * from {{ ref("int_territory_direct_timelines") }}
    where territory_type = 'geo'

),

asked as (

    select distinct
        profile_id,
        day
    from moments
    where profile_id is not null

),

-- of the rows of a rule that were recorded by then the last recorded one
known as (

    select
        asked.profile_id,
        asked.day,
        rules.territory,
        rules.priority,
        {{ cause_rank("rules.cause") }} as cause_rank,
        row_number() over (
            partition by asked.profile_id, asked.day, rules.rule_id
            order by
                coalesce(rules.recorded_at, timestamp '1900-01-01 00:00:00') desc,
                coalesce(rules.valid_from_date, date '1900-01-01') desc
        ) as choice
    from asked
    inner join profile_rules
        on asked.profile_id = profile_rules.profile_id
    inner join rules
        on
            profile_rules.rule_id = rules.rule_id
            and asked.day >= coalesce(rules.valid_from_date, date '1900-01-01')
            and asked.day < coalesce(rules.valid_to_date, date '9999-12-31')
            and asked.day >= coalesce({{ local_date("rules.recorded_at") }}, date '1900-01-01')

),

ranked as (

    select
        *,
        rank() over (partition by profile_id, day order by cause_rank, priority) as place
    from known
    where choice = 1

),

ruled as (

    select
        profile_id,
        day,
        cause_rank,
        priority,
        case when min(territory) = max(territory) then min(territory) end as territory,
        min(territory) <> max(territory) as is_tie
    from ranked
    where place = 1
    group by profile_id, day, cause_rank, priority

),

judged as (

    select
        moments.opportunity_id,
        moments.moment,
        moments.day,
        ruled.territory as ruled_territory,
        direct.territory as direct_territory,
        {{ territory_winner("ruled", "direct") }} as winner
    from moments
    left join ruled
        on
            moments.profile_id = ruled.profile_id
            and moments.day = ruled.day
    left join direct
        on
            moments.account_id = direct.account_id
            and moments.day >= direct.valid_from_date
            and moments.day < direct.valid_to_date

)

select
    opportunity_id,
    moment,
    day,
    case winner when 'first' then ruled_territory when 'second' then direct_territory end as territory
from judged

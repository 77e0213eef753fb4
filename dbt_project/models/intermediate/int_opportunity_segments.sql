-- each opportunity's segment by interval: the first of the rules, by priority, whose conditions all hold
with

profiles as (

    select * from {{ ref("int_opportunity_profiles") }}

),

conditions as (

    select * from {{ ref("int_segment_conditions") }}

),

-- the days on which the rules change
boundaries as (

    select valid_from_date as starts_date from conditions
    union distinct
    select valid_to_date as starts_date from conditions
    union distinct
    select date '1900-01-01' as starts_date

),

spans as (

    select
        starts_date,
        {{ local_midnight("starts_date") }} as starts_at,
        {{ local_midnight("lead(starts_date, 1, date '9999-12-31') over (order by starts_date)") }} as ends_at
    from boundaries
    where starts_date < date '9999-12-31'

),

pieces as (

    select
        profiles.*,
        spans.starts_date,
        case
            when spans.starts_date > date '1900-01-01' then greatest(profiles.valid_from_at, spans.starts_at)
            else profiles.valid_from_at
        end as starts_at,
        least(profiles.valid_to_at, spans.ends_at) as ends_at
    from profiles
    inner join spans
        on
            (spans.starts_date = date '1900-01-01' or profiles.valid_to_at > spans.starts_at)
            and profiles.valid_from_at < spans.ends_at

),

judged as (

    select
        pieces.opportunity_id,
        pieces.starts_at,
        conditions.segment,
        conditions.priority,
        conditions.attribute is null
        or conditions.is_negated <> {{ condition_fits(
            "case conditions.attribute " ~ segment_values(false) ~ " end",
            "case conditions.attribute " ~ segment_values(true) ~ " end",
            "conditions.is_number", "conditions.operator", "conditions.value",
        ) }} as is_met
    from pieces
    inner join conditions
        on
            pieces.starts_date >= conditions.valid_from_date
            and pieces.starts_date < conditions.valid_to_date

),

fitting as (

    select
        opportunity_id,
        starts_at,
        segment,
        row_number() over (partition by opportunity_id, starts_at order by priority, segment) as place
    from judged
    group by opportunity_id, starts_at, segment, priority
    having min(case when is_met then 1 else 0 end) = 1

)

select
    pieces.opportunity_id,
    fitting.segment,
    pieces.starts_at as valid_from_at,
    pieces.ends_at as valid_to_at
from pieces
left join fitting
    on
        pieces.opportunity_id = fitting.opportunity_id
        and pieces.starts_at = fitting.starts_at
        and fitting.place = 1

-- for every open stage the stages that a deal may still come to on the way to the win, by the map of each day
with

places as (

    select * from {{ ref("int_stage_map_places") }}
    where stage_kind = 'open'

),

later as (

    select * from {{ ref("dim_stage") }}
    where subject = 'opportunity' and stage_kind not in ('lost', 'disqualified')

),

boundaries as (

    select valid_from_date as starts_date from later
    union distinct
    select valid_to_date as starts_date from later
    union distinct
    select valid_from_date as starts_date from places
    union distinct
    select valid_to_date as starts_date from places

),

spans as (

    select
        starts_date,
        lead(starts_date) over (order by starts_date) as ends_date
    from boundaries

),

steps as (

    select
        places.stage,
        later.stage as later_stage,
        later.stage_kind as later_stage_kind,
        later.stage_order as later_stage_order,
        later.stage_order = min(later.stage_order) over (partition by places.stage, spans.starts_date) as is_next,
        spans.starts_date as valid_from_date,
        spans.ends_date as valid_to_date
    from places
    inner join spans
        on
            places.valid_from_date <= spans.starts_date
            and places.valid_to_date > spans.starts_date
    inner join later
        on
            spans.starts_date >= later.valid_from_date
            and spans.starts_date < later.valid_to_date
            and places.stage_order < later.stage_order

)

select * from steps

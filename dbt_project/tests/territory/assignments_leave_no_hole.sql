-- the intervals of a subject and kind of territory join from its creation to the end of time
with

intervals as (

    select
        *,
        lag(valid_to_date) over timeline as previous_to_date,
        lead(valid_from_date) over timeline as next_from_date
    from {{ ref("territory_assignments") }}
    window timeline as (partition by subject_type, subject_id, territory_type order by valid_from_date)

),

beginnings as (

    select * from {{ ref("int_territory_beginnings") }}

)

select
    intervals.subject_type,
    intervals.subject_id,
    intervals.territory_type,
    intervals.valid_from_date,
    intervals.valid_to_date
from intervals
left join beginnings
    on
        intervals.subject_type = beginnings.subject_type
        and intervals.subject_id = beginnings.subject_id
where
    intervals.valid_from_date >= intervals.valid_to_date
    or coalesce(intervals.next_from_date, date '9999-12-31') <> intervals.valid_to_date
    or (
        intervals.previous_to_date is null
        and intervals.subject_type <> 'opportunity'
        and intervals.valid_from_date <> coalesce(beginnings.begins_date, date '1900-01-01')
    )

{{ config(tags=["impact_tier_1"]) }}

with

pieces as (

    select * from {{ ref("int_territory_subject_pieces") }}

),

beginnings as (

    select * from {{ ref("int_territory_beginnings") }}

),

-- nothing is assigned before it exists
begun as (

    select
        pieces.*,
        greatest(pieces.valid_from_date, coalesce(beginnings.begins_date, date '1900-01-01')) as starts_date
    from pieces
    left join beginnings
        on
            pieces.subject_type = beginnings.subject_type
            and pieces.subject_id = beginnings.subject_id

),

-- pieces that follow each other without a difference are one interval
marked as (

    select
        *,
        case
            when
                row_number() over timeline > 1
                and coalesce(lag(territory) over timeline, '') = coalesce(territory, '')
                and coalesce(lag(rule_id) over timeline, '') = coalesce(rule_id, '')
                and lag(cause) over timeline = cause
                and coalesce(lag(crm_territory) over timeline, '') = coalesce(crm_territory, '')
                then 0
            else 1
        end as is_change
    from begun
    where starts_date < valid_to_date
    window timeline as (partition by subject_type, subject_id, territory_type order by starts_date)

),

numbered as (

    select
        *,
        sum(is_change) over (
            partition by subject_type, subject_id, territory_type order by starts_date
            rows between unbounded preceding and current row
        ) as interval_number
    from marked

),

final as (

    select
        ---------- ids
        subject_type,
        subject_id,
        rule_id,

        ---------- text
        territory_type,
        territory,
        cause,
        crm_territory,

        ---------- dates
        min(starts_date) as valid_from_date,
        max(valid_to_date) as valid_to_date
    from numbered
    group by
        subject_type, subject_id, rule_id, territory_type, territory, cause, crm_territory, interval_number

)

select * from final

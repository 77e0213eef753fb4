{{ config(tags=["impact_tier_1"]) }}

with

changes as (

    select * from {{ ref("int_opportunity_changes_found") }}

),

-- an opportunity begins at its creation, or at its first change where that is earlier
starts as (

    select
        opportunity_id,
        min(changed_at) as started_at
    from changes
    group by opportunity_id

),

-- what happened by the end of as_of, in order; of one second the pipeline first, the stage after what it
-- depends on, and the deletion last
ordered as (

    select
        ---------- ids
        changes.opportunity_id,
        changes.attribute,

        ---------- text
        changes.old_value,
        changes.new_value,
        changes.changed_by,
        changes.origin,

        ---------- numbers
        cast(row_number() over (
            partition by changes.opportunity_id
            order by
                case when changes.is_creation then 0 else 1 end,
                changes.changed_at,
                case changes.attribute when 'pipeline' then 1 when 'stage' then 3 when 'deleted' then 4 else 2 end,
                changes.attribute,
                changes.event_number
        ) as integer) as change_sequence,

        ---------- flags
        changes.is_creation,
        changes.origin != 'crm' as is_uncertain,
        changes.is_undated,
        changes.is_date_only,

        ---------- times
        changes.changed_at,
        changes.first_known_at
    from changes
    inner join starts
        on changes.opportunity_id = starts.opportunity_id
    where
        changes.changed_at < {{ as_of_end() }}
        or (changes.is_creation and starts.started_at < {{ as_of_end() }})

)

select * from ordered

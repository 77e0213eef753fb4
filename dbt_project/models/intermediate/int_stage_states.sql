-- every state on an opportunity's way over the stage map, zero-length ones too
{% set empty = "'␀'" %}  {# stands for an empty value while values are carried forward #}

with

changes as (

    select * from {{ ref("fct_opportunity_changes") }}

),

opportunities as (

    select * from {{ ref("int_opportunity_origins") }}

),

meanings as (

    select * from {{ ref("int_stage_meanings") }}

),

moves as (

    select
        *,
        case
            when is_creation then min(changed_at) over (partition by opportunity_id)
            else changed_at
        end as valid_from_at,
        max(case when attribute = 'stage' then 1 else 0 end) over (
            partition by opportunity_id, is_creation, changed_at
        ) as has_stage_beside
    from changes
    where attribute in ('pipeline', 'stage', 'deleted')

),

carried as (

    select
        opportunity_id,
        attribute,
        change_sequence,
        is_undated,
        is_date_only,
        has_stage_beside,
        changed_at,
        valid_from_at,
        nullif({{ last_known("case when attribute = 'stage' then coalesce(new_value, " ~ empty ~ ") end") }}
            over up_to_here, {{ empty }}) as crm_stage,
        coalesce(nullif({{ last_known("case when attribute = 'pipeline' then coalesce(new_value, " ~ empty ~ ") end") }}
            over up_to_here, {{ empty }}), '') as pipeline,
        coalesce({{ last_known("case when attribute = 'deleted' then new_value end") }}
            over up_to_here, 'false') = 'true' as is_deleted
    from moves
    window up_to_here as (
        partition by opportunity_id order by change_sequence
        rows between unbounded preceding and current row
    )

),

-- a new pipeline with a new stage in one second is one state, not two
states as (

    select
        ---------- ids
        carried.opportunity_id,

        ---------- text
        carried.pipeline,
        carried.crm_stage,
        meanings.stage,
        meanings.sub_stage,
        meanings.stage_kind,

        ---------- numbers
        carried.change_sequence,
        meanings.stage_order,
        meanings.time_limit_days,

        ---------- flags
        carried.is_deleted,
        carried.is_undated,
        carried.is_date_only,

        ---------- times
        meanings.map_valid_from_date,
        carried.changed_at,
        carried.valid_from_at
    from carried
    inner join opportunities
        on carried.opportunity_id = opportunities.opportunity_id
    left join meanings
        on
            opportunities.source = meanings.source
            and carried.pipeline = meanings.pipeline
            and carried.crm_stage = meanings.crm_stage
            and {{ local_date("carried.changed_at") }} >= meanings.valid_from_date
            and {{ local_date("carried.changed_at") }} < meanings.valid_to_date
    where not (carried.attribute = 'pipeline' and carried.has_stage_beside = 1)

)

select * from states

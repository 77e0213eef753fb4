-- every state on an account's way over the stage map, as exports showed its type. What an account was when it was first seen
-- it was from its creation on; but a customer since its first win, or since nobody knows when.
with

versions as (

    select
        *,
        row_number() over (partition by account_id order by valid_from_at) as version_number
    from {{ ref("stg_crm__account_versions") }}

),

accounts as (

    select
        account_id,
        first_won_date
    from {{ ref("dim_account") }}

),

customer_names as (

    select distinct
        source,
        crm_stage
    from {{ ref("int_stage_subject_meanings") }}
    where subject_type = 'account' and stage_kind in ('won', 'post-sale')

),

meanings as (

    select * from {{ ref("int_stage_subject_meanings") }}
    where subject_type = 'account'

),

dated as (

    select
        versions.account_id,
        versions.source,
        versions.owner_id,
        versions.account_type,
        versions.version_number,
        coalesce(versions.is_deleted, false) as is_deleted,
        case
            when versions.version_number > 1 then false
            when customer_names.crm_stage is not null then accounts.first_won_date is null
            else versions.created_at is null
        end as is_undated,
        versions.version_number = 1
        and case
            when customer_names.crm_stage is not null then true
            else coalesce(versions.is_created_date_only, false)
        end as is_date_only,
        case
            when versions.version_number > 1 then versions.valid_from_at
            when customer_names.crm_stage is not null
                then coalesce({{ local_midnight("accounts.first_won_date") }}, versions.created_at, versions.valid_from_at)
            else coalesce(versions.created_at, versions.valid_from_at)
        end as changed_at
    from versions
    left join accounts
        on versions.account_id = accounts.account_id
    left join customer_names
        on
            versions.source = customer_names.source
            and versions.account_type = customer_names.crm_stage

)

select
    ---------- ids
    dated.account_id,
    dated.owner_id,

    ---------- text
    dated.account_type as crm_stage,
    meanings.stage,
    meanings.sub_stage,
    meanings.stage_kind,

    ---------- numbers
    cast(dated.version_number as integer) as change_sequence,
    meanings.stage_order,
    meanings.time_limit_days,

    ---------- flags
    dated.is_deleted,
    dated.is_undated,
    dated.is_date_only,

    ---------- times
    meanings.map_valid_from_date,
    dated.changed_at
from dated
left join meanings
    on
        dated.source = meanings.source
        and dated.account_type = meanings.crm_stage
        and {{ local_date("dated.changed_at") }} >= meanings.valid_from_date
        and {{ local_date("dated.changed_at") }} < meanings.valid_to_date
where dated.changed_at < {{ as_of_end() }}

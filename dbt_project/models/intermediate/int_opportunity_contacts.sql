-- who takes part in an opportunity: contact roles and the primary contact, a person once
with

roles as (

    select * from {{ ref("stg_crm__opportunity_contact_roles") }}
    where not coalesce(is_deleted, false) and not is_vanished and (created_at is null or created_at < {{ as_of_end() }})

),

opportunities as (

    select * from {{ ref("stg_crm__opportunities") }}

),

named as (

    select
        opportunity_id,
        contact_id,
        role,
        coalesce(is_primary, false) as is_primary,
        created_at as since_at
    from roles

    union all

    select
        opportunity_id,
        contact_id,
        null as role,
        true as is_primary,
        null as since_at
    from opportunities
    where contact_id is not null

)

select
    ---------- ids
    opportunity_id,
    contact_id,

    ---------- text
    min(role) as role,

    ---------- flags
    max(case when is_primary then 1 else 0 end) = 1 as is_primary,

    ---------- times
    min(since_at) as since_at
from named
group by opportunity_id, contact_id

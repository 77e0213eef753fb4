-- every account, lead and opportunity has intervals of every kind of territory, if only a gap
with

subjects as (

    select 'account' as subject_type, account_id as subject_id from {{ ref("dim_account") }}
    union all
    select 'lead' as subject_type, lead_id as subject_id from {{ ref("fct_leads") }}
    union all
    select 'opportunity' as subject_type, opportunity_id as subject_id from {{ ref("fct_opportunities") }}

),

types as (

    select * from {{ ref("int_territory_types") }}

),

assigned as (

    select distinct
        subject_type,
        subject_id,
        territory_type
    from {{ ref("territory_assignments") }}

)

select
    subjects.subject_type,
    subjects.subject_id,
    types.territory_type
from subjects
cross join types
left join assigned
    on
        subjects.subject_type = assigned.subject_type
        and subjects.subject_id = assigned.subject_id
        and types.territory_type = assigned.territory_type
where assigned.subject_id is null

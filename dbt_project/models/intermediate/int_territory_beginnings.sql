-- the day on which each subject was created, where that is known
with

accounts as (

    select * from {{ ref("stg_crm__accounts") }}

),

leads as (

    select * from {{ ref("stg_crm__leads") }}

)

select
    'account' as subject_type,
    account_id as subject_id,
    {{ local_date("created_at") }} as begins_date
from accounts
where created_at is not null

union all

select
    'lead' as subject_type,
    lead_id as subject_id,
    {{ local_date("created_at") }} as begins_date
from leads
where created_at is not null

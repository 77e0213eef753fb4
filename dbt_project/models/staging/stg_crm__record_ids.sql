-- how a feed may name an account or a user of another source: qualified, or bare where one source has that id
with

ids as (

    select distinct 'account' as record_type, _source as source, account_id as crm_id from {{ source("raw", "account") }}
    union all
    select distinct 'user' as record_type, _source as source, user_id as crm_id from {{ source("raw", "user") }}

),

spelled as (

    select record_type, crm_id, {{ qualified_id("crm_id", "source") }} as record_id from ids
    union all
    select record_type, {{ qualified_id("crm_id", "source") }} as crm_id, {{ qualified_id("crm_id", "source") }} as record_id
    from ids

)

select
    record_type,
    crm_id,
    min(record_id) as record_id
from spelled
group by record_type, crm_id
having min(record_id) = max(record_id)

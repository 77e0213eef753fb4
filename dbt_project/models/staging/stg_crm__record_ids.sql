-- how a feed may name a record of another source: qualified, or bare where one source has that id
with

ids as (

    {% for entity in ["account", "user", "opportunity", "product", "campaign", "contract", "subscription", "invoice"] -%}
        select distinct '{{ entity }}' as record_type, _source as source, {{ entity }}_id as crm_id
        from {{ source("raw", entity) }}
        {% if not loop.last %}union all
        {% endif -%}
    {% endfor %}
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

with

loads as (

    select * from {{ source("raw", "loads") }}

)

select
    cast('{{ var("build_id") }}' as {{ dbt.type_string() }}) as build_id,
    cast('{{ var("company_currency") }}' as {{ dbt.type_string() }}) as company_currency,
    cast('{{ var("company_timezone") }}' as {{ dbt.type_string() }}) as company_timezone,
    cast(date '{{ var("as_of") }}' as date) as as_of_date,
    {{ as_of_end() }} as as_of_ends_at,
    {% if var("known_at") -%}
        {{ instant_of("'" ~ var("known_at") ~ "'") }} as known_at,
    {%- else -%}
        max(loaded_at) as known_at,
    {%- endif %}
    max(extracted_at) as latest_extracted_at
from loads

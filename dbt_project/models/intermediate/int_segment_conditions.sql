-- the conditions of segments as they hold, by day
with

segments as (

    select * from {{ ref("stg_config__segments") }}

),

effective as (

    {{ effective_rows("segments", ["segment", "priority"], ["attribute", "operator", "value"]) }}

)

select
    segment,
    priority,
    attribute,
    case
        when operator = 'is_not_null' then 'is_null'
        else replace(operator, 'not ', '')
    end as operator,
    value,
    operator like '%not%' as is_negated,
    attribute in (
        {%- for name, attribute in segment_attributes().items() if attribute.is_number -%}
            '{{ name }}'{{ ", " if not loop.last }}
        {%- endfor -%}
    ) as is_number,
    valid_from_date,
    valid_to_date
from effective

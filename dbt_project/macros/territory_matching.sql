{# The attributes that a territory rule may ask for, as _seeds.yml lists them, and whether one of them is a number. #}
{% macro territory_attributes() %}
    {{ return([
        "account_id", "country", "region", "postal_code", "industry", "employees", "annual_revenue",
        "product_line", "lead_type", "owner_id",
    ]) }}
{% endmacro %}

{% macro is_territory_number(attribute) -%}
    {{ attribute }} in ('employees', 'annual_revenue')
{%- endmacro %}

{# A number in the one text form in which rule and attribute are compared; null for what is no number. #}
{% macro number_form(expression) -%}
    cast({{ safe_cast(expression, "decimal(28, 6)") }} as {{ dbt.type_string() }})
{%- endmacro %}

{# The parts of a text, each a row of its own; stands alone as a column of a select. #}
{% macro split_rows(expression, delimiter) %}
    {{ return(adapter.dispatch("split_rows", "salesops")(expression, delimiter)) }}
{% endmacro %}

{% macro default__split_rows(expression, delimiter) -%}
    explode(split({{ expression }}, '{{ delimiter }}'))
{%- endmacro %}

{% macro duckdb__split_rows(expression, delimiter) -%}
    unnest(string_split({{ expression }}, '{{ delimiter }}'))
{%- endmacro %}

{# named before manual before rule #}
{% macro cause_rank(cause) -%}
    case {{ cause }} when 'named' then 1 when 'manual' then 2 when 'rule' then 3 end
{%- endmacro %}

{#
    Who wins on which days: for every key and kind of territory the days from 1900-01-01 to 9999-12-31 without hole
    or overlap. Named goes before manual before rule, then priority 1 first; candidates that are equal in both tie
    when they name different territories, and then nobody has it, whoever comes after. The order of rows has no say.

    keys: name of a CTE with one row a key and territory_type; key: name of the key's column
    candidates: name of a CTE with key, territory_type, territory, rule_id, cause_rank, priority, valid_from_date,
    valid_to_date, of which the intervals may overlap
#}
{% macro territory_timeline(keys, candidates, key) %}
    with

    boundaries as (

        select {{ key }}, territory_type, date '1900-01-01' as starts_date from {{ keys }}
        union distinct
        select {{ key }}, territory_type, valid_from_date as starts_date from {{ candidates }}
        union distinct
        select {{ key }}, territory_type, valid_to_date as starts_date from {{ candidates }}

    ),

    spans as (

        select
            {{ key }},
            territory_type,
            starts_date,
            lead(starts_date, 1, date '9999-12-31') over (
                partition by {{ key }}, territory_type order by starts_date
            ) as ends_date
        from boundaries
        where starts_date < date '9999-12-31'

    ),

    ranked as (

        select
            spans.{{ key }},
            spans.territory_type,
            spans.starts_date,
            spans.ends_date,
            candidates.territory,
            candidates.rule_id,
            candidates.cause_rank,
            candidates.priority,
            rank() over (
                partition by spans.{{ key }}, spans.territory_type, spans.starts_date
                order by candidates.cause_rank, candidates.priority
            ) as place
        from spans
        left join {{ candidates }} as candidates
            on
                spans.{{ key }} = candidates.{{ key }}
                and spans.territory_type = candidates.territory_type
                and spans.starts_date >= candidates.valid_from_date
                and spans.starts_date < candidates.valid_to_date

    )

    select
        {{ key }},
        territory_type,
        starts_date as valid_from_date,
        ends_date as valid_to_date,
        case when min(territory) = max(territory) then min(territory) end as territory,
        case when min(territory) = max(territory) then min(rule_id) end as rule_id,
        cause_rank,
        priority,
        min(territory) <> max(territory) as is_tie
    from ranked
    where place = 1
    group by {{ key }}, territory_type, starts_date, ends_date, cause_rank, priority
{% endmacro %}


{# Which of two winners wins: first, second, or tie when they are equal and name different territories. #}
{% macro territory_winner(first, second) -%}
    case
        when {{ second }}.cause_rank is null then 'first'
        when {{ first }}.cause_rank is null then 'second'
        when {{ second }}.cause_rank < {{ first }}.cause_rank then 'second'
        when {{ second }}.cause_rank > {{ first }}.cause_rank then 'first'
        when {{ second }}.priority < {{ first }}.priority then 'second'
        when {{ second }}.priority > {{ first }}.priority then 'first'
        when {{ first }}.is_tie or {{ second }}.is_tie or {{ first }}.territory <> {{ second }}.territory then 'tie'
        else 'first'
    end
{%- endmacro %}

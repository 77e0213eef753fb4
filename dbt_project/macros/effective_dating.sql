{#
    The rows of a dated table as they hold: one row for every interval of days and key. Of rows that overlap
    the later recorded holds, of equally recorded ones the later begun. A row of the same key and first day that was
    recorded later takes the place of the earlier one, so that it may end sooner, or at once: with the first day outside
    on its first day it withdraws it. Rows that share key, validity and recording are one version and hold together, so
    a set (the bands of a component) is replaced as a whole.

    relation: name of a CTE with valid_from_date, valid_to_date (null: unbounded), recorded_at (null: always known)
    keys, columns: names of columns that are given back; valid_from_date and valid_to_date are never null
    version_from_date: first day of the version that a row belongs to
#}
{% macro effective_rows(relation, keys, columns) %}
{%- set key_list = keys | join(", ") -%}
    with

    bounded as (

        select
            {{ key_list }},
            {% for column in columns %}{{ column }},
            {% endfor -%}
            coalesce(valid_from_date, date '1900-01-01') as starts_date,
            coalesce(valid_to_date, date '9999-12-31') as ends_date,
            coalesce(recorded_at, timestamp '1900-01-01 00:00:00') as known_from_at
        from {{ relation }}

    ),

    stated as (

        select
            {{ key_list }},
            starts_date,
            ends_date,
            known_from_at,
            max(known_from_at) over (partition by {{ key_list }}, starts_date) as corrected_at
        from bounded

    ),

    versions as (

        select distinct {{ key_list }}, starts_date, ends_date, known_from_at
        from stated
        where
            known_from_at = corrected_at
            and starts_date < ends_date

    ),

    boundaries as (

        select {{ key_list }}, starts_date as span_from_date from versions
        union distinct
        select {{ key_list }}, ends_date as span_from_date from versions

    ),

    spans as (

        select
            {{ key_list }},
            span_from_date,
            lead(span_from_date) over (partition by {{ key_list }} order by span_from_date) as span_to_date
        from boundaries

    ),

    ranked as (

        select
            {% for key in keys %}spans.{{ key }},
            {% endfor -%}
            spans.span_from_date,
            spans.span_to_date,
            versions.starts_date,
            versions.ends_date,
            versions.known_from_at,
            row_number() over (
                partition by {% for key in keys %}spans.{{ key }}, {% endfor %}spans.span_from_date
                order by versions.known_from_at desc, versions.starts_date desc, versions.ends_date
            ) as choice
        from spans
        inner join versions
            on
                {% for key in keys %}spans.{{ key }} = versions.{{ key }}
                and {% endfor %}spans.span_from_date >= versions.starts_date
                and spans.span_from_date < versions.ends_date

    )

    select
        {% for key in keys %}ranked.{{ key }},
        {% endfor -%}
        {% for column in columns %}bounded.{{ column }},
        {% endfor -%}
        ranked.starts_date as version_from_date,
        ranked.span_from_date as valid_from_date,
        ranked.span_to_date as valid_to_date
    from ranked
    inner join bounded
        on
            {% for key in keys %}ranked.{{ key }} = bounded.{{ key }}
            and {% endfor %}ranked.starts_date = bounded.starts_date
            and ranked.ends_date = bounded.ends_date
            and ranked.known_from_at = bounded.known_from_at
    where ranked.choice = 1
{%- endmacro %}

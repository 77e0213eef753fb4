{#
    A staging model whole: an entity's current records with their types, for an entity that needs nothing of its own.

    ids: columns that hold ids of the record's own source
    given_ids: column → entity whose id a feed names there, bare or with its source in front; a bare one that no source or
        several have is taken to be of the record's own
    plain_where: column of given_ids → condition under which it is no id but a name, which stays as it is
    text, flags: columns by name; defaults: column → what an empty one means; aliases: text column → its attribute in value_alias
    numbers: column → type
    days: columns that hold a day; they are called *_date
    moments: columns that hold a moment, *_at; *_date is its local day and is_*_date_only says that only the day is known
    key: name for the record's qualified key, where the entity has no id of its own
#}
{% macro typed_records(
    entity, ids=[], given_ids={}, plain_where={}, text=[], numbers={}, flags=[], days=[], moments=[], defaults={}, aliases={}, key=none
) %}
with

records as (

    {{ current_records(entity) }}

),
{% if given_ids %}
known_ids as (

    select * from {{ ref("stg_crm__record_ids") }}

),
{% endif %}{% if aliases %}
value_names as (

    select * from {{ ref("stg_config__value_alias") }}

),
{% endif %}
typed as (

    select
        ---------- ids
        records._source as source,
        {% if key %}{{ qualified_id("records._key", "records._source") }} as {{ key }},
        {% endif -%}
        {% for column in ids %}{{ qualified_id("records." ~ column, "records._source") }} as {{ column }},
        {% endfor -%}
        {% for column in given_ids %}
        {%- set resolved -%}
            coalesce(known_{{ column }}.record_id, {{ given_id("records." ~ column, "records._source") }})
        {%- endset -%}
        {% if column in plain_where -%}
            case when {{ plain_where[column] }} then records.{{ column }} else {{ resolved }} end as {{ column }},
        {% else -%}
            {{ resolved }} as {{ column }},
        {% endif -%}
        {% endfor %}
        ---------- text
        {% for column in text -%}
            {%- set value = "coalesce(" ~ column ~ "_names.value, records." ~ column ~ ")" if column in aliases else "records." ~ column -%}
            {% if column in defaults %}coalesce({{ value }}, '{{ defaults[column] }}'){% else %}{{ value }}{% endif %} as {{ column }},
        {% endfor -%}
        records._file as file,

        ---------- numbers
        {% for column, type in numbers.items() -%}
            {%- set value = safe_cast("records." ~ column, type) -%}
            {% if column in defaults %}coalesce({{ value }}, {{ defaults[column] }}){% else %}{{ value }}{% endif %} as {{ column }},
        {% endfor -%}
        records._line as line,

        ---------- flags
        {% for column in flags %}{{ safe_cast("records." ~ column, "boolean") }} as {{ column }},
        {% endfor -%}
        {% for column in moments %}length(records.{{ column }}) = 10 as is_{{ column[:-3] }}_date_only,
        {% endfor -%}
        records.is_vanished,

        ---------- dates
        {% for column in days -%}
            {{ safe_cast("records." ~ column, "date") }} as {{ column if column.endswith("_date") else column ~ "_date" }},
        {% endfor -%}
        {% for column in moments %}{{ day_of("records." ~ column) }} as {{ column[:-3] }}_date,
        {% endfor %}
        ---------- times
        {% for column in moments %}{{ instant_of("records." ~ column) }} as {{ column }},
        {% endfor -%}
        records.last_sighted_at
    from records
    {% for column, record_type in given_ids.items() -%}
        left join known_ids as known_{{ column }}
            on
                known_{{ column }}.record_type = '{{ record_type }}'
                and records.{{ column }} = known_{{ column }}.crm_id
    {% endfor -%}
    {% for column, attribute in aliases.items() -%}
        left join value_names as {{ column }}_names
            on
                records._source = {{ column }}_names.source
                and {{ column }}_names.attribute = '{{ attribute }}'
                and records.{{ column }} = {{ column }}_names.name
    {% endfor %}
)

select * from typed
{%- endmacro %}

-- every opportunity's attributes as text from each instant on at which one of them changed
{% set empty = "'␀'" %}  {# stands for an empty value while values are carried forward #}

with

changes as (

    select * from {{ ref("fct_opportunity_changes") }}

),

-- creation comes first, even where the data has a change before it
placed as (

    select
        opportunity_id,
        attribute,
        new_value,
        change_sequence,
        case
            when is_creation then min(changed_at) over (partition by opportunity_id)
            else changed_at
        end as valid_from_at
    from changes

),

-- of the changes of one attribute in one second the last one holds
settled as (

    select
        *,
        row_number() over (
            partition by opportunity_id, valid_from_at, attribute order by change_sequence desc
        ) as from_last
    from placed

),

instants as (

    select
        opportunity_id,
        valid_from_at,
        max(change_sequence) as change_sequence,
        {% for attribute in opportunity_attributes() -%}
            max(
                case when attribute = '{{ attribute }}' then coalesce(new_value, {{ empty }}) end
            ) as new_{{ attribute }},
        {% endfor -%}
        max(case when attribute = 'deleted' then new_value end) as new_deleted
    from settled
    where from_last = 1
    group by opportunity_id, valid_from_at

),

carried as (

    select
        opportunity_id,
        change_sequence,
        valid_from_at,
        lead(valid_from_at) over (partition by opportunity_id order by valid_from_at) as valid_to_at,
        coalesce({{ last_known("new_deleted") }} over up_to_here, 'false') = 'true' as is_deleted,
        {% for attribute in opportunity_attributes() -%}
            nullif({{ last_known("new_" ~ attribute) }} over up_to_here, {{ empty }}) as {{ attribute }}_value,
        {% endfor -%}
        nullif({{ last_known("nullif(new_amount, " ~ empty ~ ")") }} over up_to_here, {{ empty }}) as last_amount_value
    from instants
    window up_to_here as (
        partition by opportunity_id order by valid_from_at
        rows between unbounded preceding and current row
    )

)

select * from carried

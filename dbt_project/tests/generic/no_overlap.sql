{# Half-open intervals of one key do not overlap and are not empty. #}
{% test no_overlap(model, key, valid_from, valid_to) %}
    select *
    from (
        select
            {{ key | join(", ") }},
            {{ valid_from }} as starts,
            {{ valid_to }} as ends,
            lead({{ valid_from }}) over (
                partition by {{ key | join(", ") }} order by {{ valid_from }}
            ) as next_starts
        from {{ model }}
    ) as intervals
    where starts >= ends or next_starts < ends
{% endtest %}

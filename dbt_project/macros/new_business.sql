{# Whether a deal counts as new business beside its team's others: renewals and expansions do not, unless a setting takes them
   in or the team has nothing else. Stands in the select of rows of which each is a deal. #}
{% macro is_of_new_business(opportunity_type, team) -%}
    {%- if var("renewals_in_win_rates") -%}
        true
    {%- else -%}
        (
            coalesce({{ opportunity_type }}, 'new_business') not in ('renewal', 'expansion')
            or max(
                case when coalesce({{ opportunity_type }}, 'new_business') in ('renewal', 'expansion') then 0 else 1 end
            ) over (partition by {{ team }}) = 0
        )
    {%- endif -%}
{%- endmacro %}

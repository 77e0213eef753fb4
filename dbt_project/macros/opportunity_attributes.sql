{# The attributes of an opportunity whose every change is kept, each with its column and the type of its value.
   `deleted` stands apart, as merging and vanishing set it too. #}
{% macro opportunity_attributes() %}
    {{ return({
        "pipeline": {"column": "pipeline", "type": "text"},
        "type": {"column": "opportunity_type", "type": "text"},
        "owner": {"column": "owner_id", "type": "text"},
        "account": {"column": "account_id", "type": "text"},
        "territory": {"column": "crm_territory", "type": "text"},
        "currency": {"column": "currency", "type": "text"},
        "amount": {"column": "amount", "type": "decimal(18, 2)"},
        "recurring_value": {"column": "annual_recurring_value", "type": "decimal(18, 2)"},
        "close_date": {"column": "close_date", "type": "date"},
        "probability": {"column": "probability", "type": "decimal(18, 6)"},
        "forecast_category": {"column": "forecast_category", "type": "text"},
        "next_step": {"column": "next_step", "type": "text"},
        "loss_reason": {"column": "loss_reason", "type": "text"},
        "stage": {"column": "stage", "type": "text"},
    }) }}
{% endmacro %}


{# The last value that is not null in the rows of the window so far. #}
{% macro last_known(expression) %}
    {{ return(adapter.dispatch("last_known", "salesops")(expression)) }}
{% endmacro %}

{% macro default__last_known(expression) -%}
    last_value({{ expression }} ignore nulls)
{%- endmacro %}

{% macro spark__last_known(expression) -%}
    last_value({{ expression }}, true)
{%- endmacro %}

-- company names as they are compared: lower case, words alone, without the legal forms that end them
with

names as (

    select company as company_name from {{ ref("stg_crm__leads") }}
    where company is not null
    union distinct
    select account_name as company_name from {{ ref("stg_crm__accounts") }}
    where account_name is not null

),

legal_forms as (

    select distinct legal_form from {{ ref("stg_config__company_legal_forms") }}

),

-- S.A. and A/S are one word
words_1 as (

    select
        company_name,
        trim({{ replace_pattern(
            replace_pattern("lower(company_name)", "[./]", ""), "[^\\p{L}\\p{M}\\p{N}]+", " "
        ) }}) as words
    from names

),

{% for number in [1, 2, 3] -%}
    words_{{ number + 1 }} as (

        select
            words_{{ number }}.company_name,
            case
                when legal_forms.legal_form is null then words_{{ number }}.words
                else substring(words_{{ number }}.words, 1, length(words_{{ number }}.words) - length(legal_forms.legal_form) - 1)
            end as words
        from words_{{ number }}
        left join legal_forms
            on
                regexp_extract(words_{{ number }}.words, ' ([^ ]+)$', 1) = legal_forms.legal_form

    ),

{% endfor -%}
final as (

    select
        company_name,
        nullif(words, '') as company_key
    from words_4

)

select * from final

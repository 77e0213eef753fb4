-- which conditions hold for which value, negation aside
with

attribute_values as (

    select * from {{ ref("int_territory_attribute_values") }}

),

conditions as (

    select * from {{ ref("int_territory_conditions") }}

),

condition_values as (

    select * from {{ ref("int_territory_condition_values") }}

),

equal as (

    select
        attribute_values.attribute,
        attribute_values.attribute_value,
        condition_values.condition_id
    from attribute_values
    inner join condition_values
        on
            attribute_values.attribute = condition_values.attribute
            and attribute_values.compared_value = condition_values.value_text
    where condition_values.operator in ('=', 'in')

),

-- beginnings of values in the lengths that are asked for
beginnings as (

    select
        attribute_values.attribute,
        attribute_values.attribute_value,
        substr(attribute_values.attribute_value, 1, lengths.prefix_length) as beginning
    from attribute_values
    inner join (
        select distinct
            attribute,
            length(value_text) as prefix_length
        from condition_values
        where operator = 'prefix'
    ) as lengths
        on attribute_values.attribute = lengths.attribute
    where length(attribute_values.attribute_value) >= lengths.prefix_length

),

begun as (

    select
        beginnings.attribute,
        beginnings.attribute_value,
        condition_values.condition_id
    from beginnings
    inner join condition_values
        on
            beginnings.attribute = condition_values.attribute
            and beginnings.beginning = condition_values.value_text
    where condition_values.operator = 'prefix'

),

between_numbers as (

    select
        attribute_values.attribute,
        attribute_values.attribute_value,
        condition_values.condition_id
    from attribute_values
    inner join condition_values
        on
            attribute_values.attribute = condition_values.attribute
            and attribute_values.attribute_number >= coalesce(condition_values.lower_number, -9999999999999999)
            and attribute_values.attribute_number <= coalesce(condition_values.upper_number, 9999999999999999)
    where condition_values.operator = 'between' and condition_values.is_number

),

between_texts as (

    select
        attribute_values.attribute,
        attribute_values.attribute_value,
        condition_values.condition_id
    from attribute_values
    inner join condition_values
        on
            attribute_values.attribute = condition_values.attribute
            and attribute_values.attribute_value >= coalesce(condition_values.lower_text, '')
            and (
                condition_values.upper_text is null
                or attribute_values.attribute_value <= condition_values.upper_text
            )
    where
        condition_values.operator = 'between'
        and not condition_values.is_number
        and attribute_values.attribute_value <> ''

),

missing as (

    select
        attribute_values.attribute,
        attribute_values.attribute_value,
        conditions.condition_id
    from attribute_values
    inner join conditions
        on attribute_values.attribute = conditions.attribute
    where conditions.operator = 'is_null' and attribute_values.attribute_value = ''

)

select * from equal
union distinct
select * from begun
union distinct
select * from between_numbers
union distinct
select * from between_texts
union distinct
select * from missing

with

records as (

    {{ current_records("team") }}

),

typed as (

    select
        ---------- ids
        records._source as source,
        {{ qualified_id("records.team_id", "records._source") }} as team_id,
        {{ qualified_id("records.parent_id", "records._source") }} as parent_id,

        ---------- text
        records.team_name,
        records._file as file,

        ---------- numbers
        records._line as line,

        ---------- flags
        length(records.modified_at) = 10 as is_modified_date_only,

        ---------- dates
        {{ day_of("records.modified_at") }} as modified_date,

        ---------- times
        {{ instant_of("records.modified_at") }} as modified_at,
        records.last_sighted_at
    from records

)

select * from typed

with

versions as (

    {{ record_versions("lead") }}

),

typed as (

    select
        ---------- ids
        versions._source as source,
        {{ qualified_id("versions.lead_id", "versions._source") }} as lead_id,
        {{ qualified_id("versions.owner_id", "versions._source") }} as owner_id,

        ---------- text
        versions.status,

        ---------- flags
        {{ safe_cast("versions.is_deleted", "boolean") }} as is_deleted,
        versions.is_first,

        ---------- times
        {{ instant_of("versions.created_at") }} as created_at,
        versions.observed_at,
        versions.valid_from_at,
        versions.valid_to_at
    from versions

)

select * from typed

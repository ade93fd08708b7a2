-- Whether a folder's content was deployed before is asked at every start.
create index process_deployment_content on process_deployment (name, sha256);

-- What a designer's Camunda Modeler signs in with (io.liudan.identity.DeployKeys). The key itself is kept nowhere.
create table deploy_key (
    id         bigint generated always as identity primary key,
    owner      text        not null,
    name       text        not null,
    key_index  bytea       not null unique,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at    timestamptz,
    revoked_at timestamptz
);
create index deploy_key_owner on deploy_key (owner, id);

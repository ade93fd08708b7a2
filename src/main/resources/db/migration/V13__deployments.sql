-- Who deployed what to the engine, when and why (io.liudan.process.DeploymentRecords). What was deployed before has no line.
create table process_deployment (
    id text primary key,
    name text not null,
    deployed_by text not null,
    deployed_at timestamptz not null,
    sha256 text not null,
    files text not null,
    why text not null
);
create index process_deployment_newest on process_deployment (deployed_at desc, id);

-- Who is away until when, and who stands in.
create table absence (
    username   text primary key,
    substitute text,
    until      timestamptz not null
);

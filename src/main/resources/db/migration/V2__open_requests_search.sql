-- Likely duplicates are looked for among open requests only, so that looking stays as quick as history grows.
alter table request_search add column open boolean not null default true;
update request_search s set open = false from service_request r where r.code = s.request_code and r.status = 'CLOSED';
drop index request_search_place;
create index request_search_place on request_search (grid_code, created_at) where open;

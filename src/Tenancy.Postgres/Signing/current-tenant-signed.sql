-- The tenant in scope, as policies ask for it: a view, which the planner makes a part of their statement, so that the key is
-- looked up and the signature checked with no function called. It reads the keys with the rights of its owner. The token
-- counts where a key of this database signed it, for this backend (the leader's, so that no parallel worker asks), and where
-- it was good when the transaction began.
{scope_view}

-- The same for whoever asks for it by name, and for the default of a column, which can hold no query.
create or replace function tenancy.current_tenant() returns uuid
language plpgsql stable security definer parallel restricted as $current$
begin
    return (select s.tenant from tenancy.scope s);
end
$current$;

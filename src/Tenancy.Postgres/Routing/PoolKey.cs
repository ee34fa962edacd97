namespace Tenancy;

/// <summary>What connections of one pool have in common. Never a tenant that shares its database.</summary>
internal readonly record struct PoolKey(string Server, string Database, string Login);

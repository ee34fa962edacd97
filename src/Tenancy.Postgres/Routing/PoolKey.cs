namespace Tenancy;

/// <summary>What connections of one pool have in common. Never a tenant that shares its database.</summary>
/// <param name="Server">The configured name of the server.</param>
/// <param name="Database">The database.</param>
/// <param name="Login">Who logs in.</param>
/// <param name="Reading">Empty where connections may write; else which of the server's hosts they read from.</param>
internal readonly record struct PoolKey(string Server, string Database, string Login, string Reading = "");

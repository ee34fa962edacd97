namespace Tenancy.PoolSizing;

/// <summary>The sweep cannot go on. The message says what to do.</summary>
internal sealed class SizingException(string message, Exception? inner = null) : Exception(message, inner);

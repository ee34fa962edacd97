using Microsoft.Extensions.Logging;

namespace Tenancy;

/// <summary>
/// The host's loggers for the driver, which keep the values of parameters from them. Whether a hook called
/// <c>EnableParameterLogging</c> cannot be read from a builder, so that it is seen here, by what the driver logs.
/// </summary>
internal sealed class ValuelessLoggers(ILoggerFactory loggers) : ILoggerFactory
{
    readonly ILogger _warnings = loggers.CreateLogger<ValuelessLoggers>();
    int _warned;

    public ILogger CreateLogger(string categoryName) => new Valueless(this, loggers.CreateLogger(categoryName));

    public void AddProvider(ILoggerProvider provider) => loggers.AddProvider(provider);

    /// <summary>The factory is the host's.</summary>
    public void Dispose() { }

    void Warn()
    {
        if (Interlocked.Exchange(ref _warned, 1) == 0)
            Log.ParametersWithheld(_warnings);
    }

    sealed class Valueless(ValuelessLoggers owner, ILogger logger) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => logger.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => logger.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!Shows(eventId))
                logger.Log(logLevel, eventId, state, exception, formatter);
            else if (logger.IsEnabled(logLevel))
                owner.Warn();
        }

        /// <summary>The driver names these events by what they show.</summary>
        static bool Shows(EventId id) => id.Name is { } name && name.Contains("WithParameters", StringComparison.Ordinal);
    }
}

namespace Inbox.Tests.Sqlmap;

/// <summary>A test that needs sqlmap; left out where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SqlmapFactAttribute : FactAttribute
{
    public SqlmapFactAttribute()
    {
        if (SqlmapRun.Program is null)
            Skip = "sqlmap is not installed. Install it (Debian, Ubuntu: apt-get install sqlmap); ./test.sh does where it may.";
    }
}

/// <summary>One that takes minutes, and so runs at night only.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SqlmapNightAttribute : FactAttribute
{
    public SqlmapNightAttribute() => Skip = Environment.GetEnvironmentVariable("TENANCY_NIGHTLY") != "1"
        ? "Takes minutes: ./test.sh --nightly."
        : new SqlmapFactAttribute().Skip;
}

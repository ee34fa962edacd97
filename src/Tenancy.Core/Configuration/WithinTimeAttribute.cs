using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Tenancy;

/// <summary>A time span between two bounds, written like <c>d.hh:mm:ss.fff</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class WithinTimeAttribute(string min, string max) : ValidationAttribute
{
    public string Min { get; } = min;

    public string Max { get; } = max;

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        var from = TimeSpan.Parse(Min, CultureInfo.InvariantCulture);
        var to = TimeSpan.Parse(Max, CultureInfo.InvariantCulture);
        return value is null || value is TimeSpan span && span >= from && span <= to
            ? ValidationResult.Success
            : new ValidationResult(Mistake.At(validationContext.DisplayName, value, $"Give a time from {Min} to {Max}."));
    }
}

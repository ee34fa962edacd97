using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Tenancy;

/// <summary>A whole number between two bounds; says key, value and what may stand there.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class WithinAttribute(long min, long max, string unit) : ValidationAttribute
{
    public long Min { get; } = min;

    public long Max { get; } = max;

    public string Unit { get; } = unit;

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        if (value is null || Convert.ToInt64(value, CultureInfo.InvariantCulture) is var number && number >= Min && number <= Max)
            return ValidationResult.Success;
        return new ValidationResult(Mistake.At(
            validationContext.DisplayName, value, string.Create(CultureInfo.InvariantCulture, $"Give {Min:N0} to {Max:N0} {Unit}.")));
    }
}

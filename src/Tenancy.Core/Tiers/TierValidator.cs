using Microsoft.Extensions.Options;

namespace Tenancy;

/// <summary>Checks a tier's limits; the name passed in is the tier's path in configuration.</summary>
[OptionsValidator]
internal sealed partial class TierValidator : IValidateOptions<Tier>;

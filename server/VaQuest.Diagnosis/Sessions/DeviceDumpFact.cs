// DeviceDumpFact: a device's dump inside a kernel dump, for listing.
namespace VaQuest.Diagnosis.Sessions;

/// <summary>The driver's name for it and its length.</summary>
public sealed record DeviceDumpFact(string Name, long Bytes);

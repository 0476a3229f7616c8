// NoteFact: an ELF note of a dump, for listing.
namespace VaQuest.Diagnosis.Sessions;

/// <summary>A note's owner, type and size in bytes.</summary>
public sealed record NoteFact(string Name, uint Type, long Bytes);

// SampleField: one number of a sample dump that a hostile file may set to anything.
namespace VaQuest.TestKit.Dumps.Samples;

/// <summary>A bounded field of a format.</summary>
/// <param name="Name">The field's name in the format's own words.</param>
/// <param name="At">Offset in the file in bytes.</param>
/// <param name="Size">1, 2, 4 or 8 bytes.</param>
/// <param name="IsBigEndian">The field's byte order.</param>
/// <param name="IsPlacement">
/// True when the field itself says which bytes lie at which address, so that another value means other bytes and nobody can know: an
/// offset of data, a segment's address. False, the rule: whatever the value is, bytes that are read must be right.
/// </param>
/// <param name="File">The companion file that has the field, or null for the dump itself.</param>
public sealed record SampleField(string Name, long At, int Size, bool IsBigEndian, bool IsPlacement, string? File);

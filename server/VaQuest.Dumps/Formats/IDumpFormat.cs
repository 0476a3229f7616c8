// IDumpFormat: one dump file format.
namespace VaQuest.Dumps.Formats;

/// <summary>
/// Recognises and opens one format. To add one: a class here in a folder of its own, a line in <see cref="DumpFormats"/>, a writer in the
/// test kit and its tests.
/// </summary>
internal interface IDumpFormat
{
    /// <summary>
    /// Opens the input, or returns null when it is not of this format. Throws <see cref="VaQuest.Binary.DumpFormatException"/> when it is
    /// of this format but too damaged to read anything, or of a kind that is not supported.
    /// </summary>
    Vmcore? TryOpen(DumpInput input);
}

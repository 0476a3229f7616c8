// ImageFormat: one dump format in which a machine's image can be written.
namespace VaQuest.TestKit.Dumps.Images;

/// <summary>
/// A format and what it can carry. What it cannot is what the same machine's dump must do without.
/// </summary>
/// <param name="Name">For people and test names.</param>
/// <param name="Format">What the reader calls it.</param>
/// <param name="Write">Writes the dump: files by name; the first is to be opened, the others lie beside it.</param>
/// <param name="HasVmcoreinfo">False when the format has no place for VMCOREINFO.</param>
/// <param name="HasExcluded">False when pages left out are not told from addresses without RAM.</param>
/// <param name="HasAllCpus">False when only the registers of the CPU that crashed are kept.</param>
/// <param name="HasProcessIds">False when registers come without the process id.</param>
public sealed record ImageFormat(
    string Name, string Format, Func<MachineImage, IReadOnlyList<(string Name, byte[] Bytes)>> Write, bool HasVmcoreinfo = true, bool HasExcluded = true,
    bool HasAllCpus = true, bool HasProcessIds = true)
{
    public override string ToString() => Name;
}

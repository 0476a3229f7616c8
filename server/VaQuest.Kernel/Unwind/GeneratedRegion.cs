// GeneratedRegion: code that the kernel made at run time.
using VaQuest.Binary;

namespace VaQuest.Kernel.Unwind;

/// <summary>A stretch of generated code.</summary>
/// <param name="Name">As kallsyms shows it, or what it is.</param>
/// <param name="Start">First byte.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Original">The kernel's code that it is a copy of, whose unwind rows it shares; null when it is none.</param>
internal sealed record GeneratedRegion(string Name, VirtAddr Start, ulong Size, VirtAddr? Original)
{
    public bool Contains(VirtAddr address) => address - Start < Size;
}

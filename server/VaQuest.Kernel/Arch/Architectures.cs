// Architectures: the list of architectures that are understood.
using VaQuest.Kernel.Arch.I386;
using VaQuest.Kernel.Arch.X86_64;

namespace VaQuest.Kernel.Arch;

/// <summary>All architectures; a dump of any other still opens, and says so.</summary>
public static class Architectures
{
    public static IReadOnlyList<ArchitectureDescriptor> All { get; } = [X86Architecture.Descriptor, I386Architecture.Descriptor];

    /// <summary>The architecture with a machine name, or null.</summary>
    public static ArchitectureDescriptor? Find(string name) => All.FirstOrDefault(architecture => architecture.Name == name);
}

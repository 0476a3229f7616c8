// CpuEntryPlaces: the CPU entry areas: descriptor tables, entry and exception stacks of each CPU.
using VaQuest.Binary;
using VaQuest.DebugInfo.Types;
using VaQuest.Kernel;
using VaQuest.Kernel.Memory.Layout;

namespace VaQuest.Diagnosis.WhatIs.Places;

/// <summary>struct cpu_entry_area (arch/x86/include/asm/cpu_entry_area.h); its place is a per-CPU variable, because KASLR moves it since 6.2.</summary>
internal sealed class CpuEntryPlaces(LinuxKernel kernel, Func<CType, CType> resolve) : IAddressPlaces
{
    public AddressAnswer? Find(VirtAddr address, AddressQuestion question)
    {
        if (kernel.Layout.Find(address)?.Kind != AddressAreaKind.CpuEntryArea)
        {
            return null;
        }

        StructType? type = kernel.Types.Catalog?.FindStruct("cpu_entry_area");
        ulong size = (ulong)(type?.ByteSize ?? 0);
        foreach (int cpu in kernel.Cpus.Possible)
        {
            if (kernel.Cpus.FindPerCpu(kernel.Symbols.FindAddress("cpu_entry_area"), cpu) is { } at && kernel.Reader.FindPointer(at) is { } start && address - start < size)
            {
                string member = Objects.MemberPaths.At(type!, address - start, resolve) is { } path ? ": " + path : "";
                bool isGuard = member.Contains("guard", StringComparison.Ordinal);
                return Answer(address, isGuard ? AddressKinds.StackGuard : AddressKinds.CpuEntryArea, FormattableString.Invariant($"CPU entry area of CPU {cpu}{member}"));
            }
        }

        return Answer(address, AddressKinds.CpuEntryArea, "in the range of the CPU entry areas, of no CPU's");
    }

    private static AddressAnswer Answer(VirtAddr address, string kind, string text) => new() { Address = address.Value, Kind = kind, Text = text };
}

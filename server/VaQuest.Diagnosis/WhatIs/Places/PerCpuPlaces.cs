// PerCpuPlaces: per-CPU variables.
using VaQuest.Binary;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel;
using VaQuest.Kernel.Memory.PerCpu;

namespace VaQuest.Diagnosis.WhatIs.Places;

/// <summary>Names the variable and the CPU.</summary>
internal sealed class PerCpuPlaces(LinuxKernel kernel) : IAddressPlaces
{
    public AddressAnswer? Find(VirtAddr address, AddressQuestion question) =>
        kernel.PerCpuAreas.Find(address) is { } place ? Answer(address, place) : null;

    /// <summary>The same for a per-CPU pointer, which is no address by itself.</summary>
    public AddressAnswer? FindPointer(VirtAddr pointer) =>
        kernel.PerCpuAreas.FindPointer(pointer) is { } place ? Answer(pointer, place) : null;

    private static AddressAnswer Answer(VirtAddr address, PerCpuPlace place)
    {
        string what = place.Symbol is { } hit
            ? "per-CPU variable " + DumpText.Escape(hit.Symbol.Name) + (hit.Offset == 0 ? "" : "+" + Words.Hex(hit.Offset))
            : place.IsDynamic ? "dynamic per-CPU allocation" : "per-CPU memory";
        string module = place.ModuleName is { } name ? " of module " + DumpText.Escape(name) : "";
        string whose = place.Cpu is { } cpu ? FormattableString.Invariant($" of CPU {cpu}") : ", as a per-CPU pointer: add a CPU's offset";
        return new AddressAnswer
        {
            Address = address.Value,
            Kind = AddressKinds.PerCpu,
            Text = what + module + whose,
            Details = place.Cpu is null ? [] : [$"per-CPU pointer {place.Pointer}"],
        };
    }
}

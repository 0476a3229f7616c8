// AreaPlaces: the remaining ranges of the kernel's address space.
using VaQuest.Binary;
using VaQuest.Kernel;
using VaQuest.Kernel.Memory.Checkers;
using VaQuest.Kernel.Memory.Layout;

namespace VaQuest.Diagnosis.WhatIs.Places;

/// <summary>Names the range; whether something is mapped there is told beside.</summary>
internal sealed class AreaPlaces(LinuxKernel kernel) : IAddressPlaces
{
    public AddressAnswer? Find(VirtAddr address, AddressQuestion question)
    {
        bool isUnknown = kernel.Layout.Areas.Count == 0;
        if (isUnknown || kernel.Layout.Find(address) is not { } area)
        {
            return null;
        }

        (string kind, string text) = area.Kind switch
        {
            AddressAreaKind.Fixmap => (AddressKinds.Fixmap, "fixmap: an address that was fixed when the kernel was built"),
            AddressAreaKind.Vsyscall => (AddressKinds.Vsyscall, "the vsyscall page, which every process sees"),
            AddressAreaKind.KasanShadow => (AddressKinds.KasanShadow, Shadow(address)),
            AddressAreaKind.EspFix => (AddressKinds.EspFix, "ESPFIX stack, for returns to 16-bit code"),
            AddressAreaKind.Efi => (AddressKinds.Efi, "range of the EFI firmware's run-time services"),
            AddressAreaKind.LdtRemap => (AddressKinds.LdtRemap, "a task's local descriptor table, as mapped for page table isolation"),
            AddressAreaKind.GuardHole => (AddressKinds.GuardHole, "guard hole: reserved for hypervisors, nothing is mapped there"),
            AddressAreaKind.KernelImage => (AddressKinds.NotMapped, "in the range of the kernel image, outside of the image"),
            AddressAreaKind.Modules => (AddressKinds.NotMapped, "in the range of modules, in no module"),
            _ => (AddressKinds.NotMapped, $"in the {area.Kind} range"),
        };
        return new AddressAnswer { Address = address.Value, Kind = kind, Text = text };
    }

    // One byte of shadow stands for eight bytes of memory.
    private string Shadow(VirtAddr address)
    {
        VirtAddr shadowed = KasanShadow.AddressOf(address);
        string meaning = kernel.Histories.Shadow?.Read(shadowed) is { } value ? FormattableString.Invariant($": 0x{value:x2}, {KasanShadow.Meaning(value)}") : "; it is not in the dump";
        return FormattableString.Invariant($"KASAN shadow of {shadowed} to {shadowed + 7}{meaning}");
    }
}

// AddressKindsTests: the vocabulary of kinds and its document say the same.
using System.Text.RegularExpressions;
using VaQuest.Diagnosis.WhatIs;
using VaQuest.TestKit;
using Xunit;

namespace VaQuest.Diagnosis.Tests.WhatIs;

public sealed class AddressKindsTests
{
    [Fact]
    public void AreAllInTheDocument()
    {
        string document = File.ReadAllText(Path.Combine(Lab.RepositoryRoot, "docs", "whatis.md"));
        string table = document[document.IndexOf("| kind |", StringComparison.Ordinal)..document.IndexOf("## Where", StringComparison.Ordinal)];
        IEnumerable<string> documented = table.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(line => Regex.Matches(line.Split('|')[1], "`([a-z-]+)`").Select(match => match.Groups[1].Value));
        Assert.Equal(AddressKinds.All.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }
}
